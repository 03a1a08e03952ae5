"""The process: composition root, ticks, workers, signals."""
