"""Dashboards of those who lead: today, this month, agencies, procedures, where dossiers wait."""
