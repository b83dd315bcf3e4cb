"""What Facebook's refusal means for a person: who can mend it, and how."""

from localcare.channels.facebook.core.graph_error import GraphError

DEATHS = {
    458: "the app was removed by the person who had connected it",
    459: "Facebook wants the person who had connected it to pass a security check",
    460: "the person who had connected it changed the password",
    463: "it has expired",
    464: "the person who had connected it has not confirmed the account",
    467: "it was revoked",
    492: "the person who had connected it lost the role on the Page",
}
"""Subcodes of error 190; source: Meta's guide to handling errors of the Graph API."""


def what_to_do(error: GraphError, page_id: str) -> str:
    """One or two sentences for whoever reads the brand's stores: what is wrong with its Page, and who can help."""
    match error.kind:
        case "token":
            why = DEATHS.get(error.subcode or 0, error.detail.rstrip(".") or "no reason was told")
            return (
                f"Facebook does not take the token of the brand's Page {page_id} any more: {why}. Somebody with full"
                " control of that Page in Meta Business Suite (or the system user) makes a new one; then run"
                f" localcare stores sync --page {page_id} --token-file FILE."
            )
        case "permission":
            return (
                f"The app may not list the stores of the Page {page_id}: {error.detail.rstrip('.')}. An administrator of"
                " the business gives the app pages_show_list and pages_read_engagement, and its system user the Page."
            )
        case "quota":
            minutes = -(-(error.retry_after_seconds or 3600) // 60)
            return f"Facebook allows the Page {page_id} no more calls for now: run it again in {minutes} minutes."
        case "retry":
            return (
                f"Facebook could not be read to the end: {error.detail.rstrip('.')}. Nothing was changed; run it again."
            )
        case "gone":
            return (
                f"Facebook has no Page {page_id}, or does not show it to this token: check the id, and that the token's"
                " owner has the Page in Meta Business Suite."
            )
        case _:
            return f"The stores of the Page {page_id} cannot be listed: {error}"
