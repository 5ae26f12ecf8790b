// LoRATraining
