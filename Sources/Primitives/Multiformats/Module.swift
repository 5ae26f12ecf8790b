// Multiformats
