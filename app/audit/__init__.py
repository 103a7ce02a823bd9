"""The audit trail, for auditors: who changed what and when, without the business values themselves."""
