import BlockingWork
import Foundation
import Testing

#if os(Linux)
    @Suite struct PrecedenceTests {
        private let which = __priority_which_t(PRIO_PROCESS.rawValue)

        /// Only the thread that asks gives way, and by what was said: the niceness of the process itself stays.
        @Test(arguments: [Precedence.judging, .sealing, .command, .training, .beforehand])
        func oneThreadGivesWay(precedence: Precedence) async {
            let process = getpriority(which, id_t(getpid()))
            let after = await withCheckedContinuation { [which] continuation in
                Thread {
                    precedence.lowerThisThread()
                    continuation.resume(returning: getpriority(which, 0))
                }.start()
            }
            #expect(after == min(19, process + Int32(precedence.rawValue)))
            #expect(getpriority(which, id_t(getpid())) == process)
        }
    }
#endif
