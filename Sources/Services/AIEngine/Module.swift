// AIEngine
