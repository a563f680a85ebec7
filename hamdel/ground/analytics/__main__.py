"""Write `schema.sql` anew after a migration was added: `python -m hamdel.ground.analytics`."""

from __future__ import annotations

import os
import tempfile

from hamdel.ground.analytics import close, migrate
from hamdel.ground.analytics.migrating import WHOLE, described


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HAMDEL_HOME"] = folder
        os.environ.pop("HAMDEL_CLICKHOUSE_URL", None)
        migrate()
        WHOLE.write_text(described(), "utf-8")
        close()


if __name__ == "__main__":
    main()
