// RLP
