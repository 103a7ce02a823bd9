"""The roster (名册): leaders and staff, who need no account to be named on a record."""
