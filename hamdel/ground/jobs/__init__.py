"""Jobs and timers in PostgreSQL (procrastinate), run inside our own process and watched."""
