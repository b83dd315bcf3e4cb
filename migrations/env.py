"""Alembic's entry: runs on the connection that `localcare migrate` hands in, over every stage's tables."""

from alembic import context

from localcare.kit.schema import import_every_model, is_ours

config = context.config
metadata = import_every_model("localcare")


def run() -> None:
    connection = config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_object=is_ours,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
