// EngineTypes
