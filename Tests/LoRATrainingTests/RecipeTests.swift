import LoRATraining
import Testing

@Suite struct RecipeTests {
    @Test func theDefaultsNeedNoWords() {
        #expect(TrainingConfiguration.standard.recipe.isEmpty)
        #expect(TrainingConfiguration(recipe: "") == .standard)
    }

    @Test func everyHyperparameterIsTold() throws {
        var configuration = TrainingConfiguration(
            learningRate: 3e-5, beta1: 0.8, beta2: 0.99, epsilon: 1e-7, weightDecay: 0, clipNorm: 0.5, batchSize: 16,
            sequenceLength: 32, warmupSteps: 7)
        #expect(configuration.recipe == "lr=3e-05,beta1=0.8,beta2=0.99,eps=1e-07,decay=0.0,clip=0.5,batch=16,length=32,warmup=7")
        #expect(TrainingConfiguration(recipe: configuration.recipe) == configuration)
        configuration = .standard
        configuration.learningRate = Float(bitPattern: 0x38d1_b718)
        #expect(TrainingConfiguration(recipe: configuration.recipe)?.learningRate.bitPattern == 0x38d1_b718)
        // Longest values together fit the metadata's 256 characters.
        let longest = Float(-1.1754944e-38)
        #expect(
            TrainingConfiguration(
                learningRate: longest, beta1: longest, beta2: longest, epsilon: longest, weightDecay: longest, clipNorm: longest,
                batchSize: 1_000_000, sequenceLength: 1_000_000, warmupSteps: 1_000_000
            ).recipe.utf8.count <= 256)
    }

    @Test(arguments: [
        "lr", "lr=", "lr=x", "lr=nan", "lr=inf", "batch=-1", "batch=1.5", "batch=99999999999999999999", "magic=1", "lr=1e-4", "batch=16,",
        ",batch=16", "batch=16,lr=3e-05", "batch=16,batch=16", "lr=3e-05 ", "batch=016", "lr=0.00003", "=", "a=b=c",
    ]) func onlyItsOwnWordsAreRead(recipe: String) {
        #expect(TrainingConfiguration(recipe: recipe) == nil)
    }
}
