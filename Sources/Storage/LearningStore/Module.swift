// LearningStore
