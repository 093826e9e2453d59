"""The warm worker: claims work rows and carries each as a Prefect flow run in its own process."""
