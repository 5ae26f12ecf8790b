import CTrainingTexts

/// The texts that come with the software: the 512 sentences by which updates are judged, and the corpus that a
/// trainer without data of its own learns from.
///
/// Both tell of one small harbour in one voice, and share no sentence and no run of eight words. They are
/// compiled into the binary, so that they are found wherever it is moved to.
public enum TrainingTexts {
    /// The file `Resources/dev-texts.txt`, as genesis commits to it.
    public static var devTextsBytes: [UInt8] { bytes(of: polai_dev_texts) }

    /// The file `Resources/corpus.txt`.
    public static var corpusBytes: [UInt8] { bytes(of: polai_corpus) }

    /// The 512 sentences of the loss gate.
    public static var devTexts: DevTexts {
        get throws(TrainingTextsError) { try DevTexts(bytes: devTextsBytes) }
    }

    /// The default training corpus.
    public static var corpus: Corpus {
        get throws(TrainingTextsError) { try Corpus(bytes: corpusBytes) }
    }

    private static func bytes(of text: (UnsafeMutablePointer<Int>?) -> UnsafePointer<UInt8>?) -> [UInt8] {
        var count = 0
        let start = text(&count)
        return [UInt8](UnsafeBufferPointer(start: start, count: count))
    }
}
