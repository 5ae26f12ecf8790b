// Averager
