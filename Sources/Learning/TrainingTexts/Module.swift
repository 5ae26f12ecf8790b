// TrainingTexts
