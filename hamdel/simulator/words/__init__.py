"""Names, places, goods and sentences of the simulated shop. Nobody real is meant."""
