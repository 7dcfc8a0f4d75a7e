"""From the model as people write it to the resolved form; every place where that fails is noted."""
