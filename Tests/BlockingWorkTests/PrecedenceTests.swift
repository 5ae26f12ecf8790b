import BlockingWork
import Foundation
import Testing

#if os(Linux)
    @Suite struct PrecedenceTests {
        private let which = __priority_which_t(PRIO_PROCESS.rawValue)

        /// Only the thread that asks gives way, and by what was said: the niceness of the process itself stays.
        @Test(arguments: [Precedence.judging, .sealing, .command, .training, .beforehand])
        func oneThreadGivesWay(precedence: Precedence) async {
            let (before, after, other) = await withCheckedContinuation { [which] continuation in
                Thread {
                    let before = getpriority(which, 0)
                    precedence.lowerThisThread()
                    let after = getpriority(which, 0)
                    Thread { continuation.resume(returning: (before, after, getpriority(which, id_t(getpid())))) }.start()
                }.start()
            }
            #expect(after == min(19, before + Int32(precedence.rawValue)))
            #expect(other == before)
        }
    }
#endif
