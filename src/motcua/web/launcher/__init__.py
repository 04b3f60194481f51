"""Starting and stopping: the data folder, the embedded PostgreSQL, migration, data, web and worker.

Nothing here imports Django: it prepares the environment in which Django then starts.
"""
