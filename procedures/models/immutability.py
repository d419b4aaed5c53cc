"""Database triggers that hold "what was published never changes" against every way of writing (PITFALLS: frozen rules).

A refusal is SQLSTATE 23001 (restrict_violation), so Django raises `IntegrityError`; services check first and raise
`procedures.errors.RevisionFrozen`.
"""

import pgtrigger

# Only the step from published to superseded, and its stamp, may touch a published row.
_REVISION_GUARD = """
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'a published revision cannot be deleted' USING ERRCODE = '23001';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state = 'draft' THEN
        IF NEW.state = 'superseded' THEN
            RAISE EXCEPTION 'a draft cannot be superseded' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.state <> OLD.state AND NOT (OLD.state = 'published' AND NEW.state = 'superseded') THEN
        RAISE EXCEPTION 'a published revision cannot go back' USING ERRCODE = '23001';
    END IF;
    IF (to_jsonb(NEW) - 'state' - 'superseded_at') <> (to_jsonb(OLD) - 'state' - 'superseded_at') THEN
        RAISE EXCEPTION 'a published revision cannot change' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
"""

# FOR SHARE makes a row written at the moment of publication wait for it, and then be refused.
_PART_GUARD = """
    IF TG_OP <> 'INSERT' THEN
        SELECT state INTO owner_state FROM procedures_procedurerevision WHERE id = OLD.revision_id FOR SHARE;
        IF owner_state <> 'draft' THEN
            RAISE EXCEPTION 'part of a published revision cannot change' USING ERRCODE = '23001';
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    SELECT state INTO owner_state FROM procedures_procedurerevision WHERE id = NEW.revision_id FOR SHARE;
    IF owner_state <> 'draft' THEN
        RAISE EXCEPTION 'part of a published revision cannot change' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
"""


def revision_guard() -> pgtrigger.Trigger:
    """Guards a revision row itself."""
    return pgtrigger.Trigger(
        name="published_revision_frozen",
        operation=pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        func=_REVISION_GUARD,
    )


def part_guard() -> pgtrigger.Trigger:
    """Guards the rows that make up a revision (they have a `revision` foreign key)."""
    return pgtrigger.Trigger(
        name="part_of_published_frozen",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        declare=[("owner_state", "text")],
        func=_PART_GUARD,
    )


def journal_guard() -> pgtrigger.Trigger:
    """Guards a journal: rows are added, never changed or removed."""
    return pgtrigger.Protect(name="publication_journal_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
