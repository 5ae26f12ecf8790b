// BLS
