"""What an officer must know before pressing a button: the results there can be."""

from dossiers.errors import DossierNotFound
from dossiers.models import Dossier, ResultDocument


def result_titles(dossier: Dossier) -> dict[int, str]:
    """Names of the results the procedure promises by key, in its order; one of them usually is the title of the result."""
    return {key: name[:255] for key, name in dossier.revision.results.values_list("pk", "name")}


def result_of(dossier: Dossier, result_id: int) -> ResultDocument:
    """One result of this dossier. Raises DossierNotFound for a result of another one."""
    found = dossier.results.select_related("document", "paper").filter(pk=result_id).first()
    if found is None:
        raise DossierNotFound
    return found
