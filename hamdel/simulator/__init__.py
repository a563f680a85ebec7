"""A believable Persian online shop and a year of its life, made from a seed. See `README.md` and `docs/demo.md`."""
