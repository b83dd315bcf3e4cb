"""Pure: who may do what where, what a link opens, and what a people file says."""

from localcare.people.core.viewer import (
    CENTRAL_ROLES,
    ROLES,
    STORE_ROLES,
    Grant,
    GrantRow,
    Identity,
    SystemViewer,
    Viewer,
    compute_viewer,
)

__all__ = [
    "CENTRAL_ROLES",
    "ROLES",
    "STORE_ROLES",
    "Grant",
    "GrantRow",
    "Identity",
    "SystemViewer",
    "Viewer",
    "compute_viewer",
]
