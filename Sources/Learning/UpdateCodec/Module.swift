// UpdateCodec
