"""The fault laboratory: real nodes in network namespaces, joined by a switch that delays, drops, limits and parts."""
