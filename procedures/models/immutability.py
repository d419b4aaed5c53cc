"""Database triggers that hold "what was published never changes" against every way of writing (PITFALLS: frozen rules).

A refusal is SQLSTATE 23001 (restrict_violation), so Django raises `IntegrityError`; services check first and raise
`procedures.errors.RevisionFrozen`.
"""

import pgtrigger

# What each state may become, and which columns the step may touch; everything else is frozen from the moment a revision
# leaves DRAFT. A step back to DRAFT needs its line in the journal first, and a schedule whose day has come (in Vietnam)
# does not go back at all. The journal is append-only, so no way leads back unseen.
_REVISION_GUARD = """
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'only a draft can be deleted' USING ERRCODE = '23001';
        END IF;
        RETURN OLD;
    END IF;
    step := OLD.state || ' ' || NEW.state;
    IF OLD.state = 'draft' THEN
        IF NEW.state NOT IN ('draft', 'in_review', 'scheduled', 'published') THEN
            RAISE EXCEPTION 'a draft cannot become %', NEW.state USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    ELSIF step IN ('in_review scheduled', 'in_review published') THEN
        free := ARRAY['state', 'published_at', 'effective_from', 'decision_number', 'needs_review'];
    ELSIF step = 'scheduled published' THEN
        free := ARRAY['state', 'published_at'];
    ELSIF step IN ('in_review draft', 'scheduled draft') THEN
        SELECT kind INTO last_entry FROM procedures_publicationentry
            WHERE revision_id = OLD.id ORDER BY id DESC LIMIT 1;
        needed := (CASE OLD.state WHEN 'in_review' THEN 'sent_back' ELSE 'schedule_withdrawn' END);
        IF last_entry IS DISTINCT FROM needed THEN
            RAISE EXCEPTION 'a revision goes back to draft only with its journal line' USING ERRCODE = '23001';
        END IF;
        IF OLD.state = 'scheduled' AND OLD.effective_from <= (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date THEN
            RAISE EXCEPTION 'the day of this schedule has come' USING ERRCODE = '23001';
        END IF;
        free := ARRAY['state'];
    ELSIF step = 'published published' THEN
        free := ARRAY['effective_to', 'abolition_decision', 'abolition_reason'];
    ELSIF step = 'published superseded' THEN
        free := ARRAY['state', 'superseded_at', 'effective_to'];
    ELSIF step = 'published abolished' THEN
        free := ARRAY['state', 'abolished_at', 'effective_to', 'abolition_decision', 'abolition_reason'];
    ELSIF OLD.state = NEW.state THEN
        free := ARRAY[]::text[];
    ELSE
        RAISE EXCEPTION 'a revision does not go from % to %', OLD.state, NEW.state USING ERRCODE = '23001';
    END IF;
    IF (to_jsonb(NEW) - free) <> (to_jsonb(OLD) - free) THEN
        RAISE EXCEPTION 'the text of a revision is frozen outside its draft' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
"""

# FOR SHARE makes a row written at the moment of submission or publication wait for it, and then be refused.
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
        declare=[("step", "text"), ("free", "text[]"), ("last_entry", "text"), ("needed", "text")],
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
