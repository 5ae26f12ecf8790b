// AIEngineAPI
