"""What comes from other records and goes to them: files and scenarios as plain histories. It only reads and makes.

Writing is `dossiers.actions.bulk`.
"""
