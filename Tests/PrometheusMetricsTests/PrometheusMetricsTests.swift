import Foundation
import HTTPDoor
import Hummingbird
import HummingbirdTesting
import PrometheusMetrics
import ServiceInterfaces
import Testing

@Suite("Prometheus metrics")
struct PrometheusMetricsTests {
    struct Fixture: MetricsSource {
        var samples: [MetricSample]
        func metrics() async -> [MetricSample] { samples }
    }

    let awkward = "a \"quoted\" back\\slash\nand {braces}, commas=1"

    @Test("A known text, to the letter")
    func knownText() {
        let text = PrometheusText.render([
            MetricSample("beacon_head_slot", 12, help: "Slot of the head."),
            MetricSample("polai_acks_total", 3, kind: .counter, labels: ["verdict": "valid", "a": "b"], help: "ACKs."),
            MetricSample("polai_acks_total", 1.5, kind: .counter, labels: ["verdict": "in\"valid\\\n"], help: "ACKs."),
        ])
        #expect(
            text == """
                # HELP beacon_head_slot Slot of the head.
                # TYPE beacon_head_slot gauge
                beacon_head_slot 12
                # HELP polai_acks_total ACKs.
                # TYPE polai_acks_total counter
                polai_acks_total{a="b",verdict="valid"} 3
                polai_acks_total{verdict="in\\"valid\\\\\\n"} 1.5

                """)
    }

    @Test("Any help, label and value survives", arguments: [0, -0.1, 1e300, 2.5e-300, 123_456_789_012, .infinity, -.infinity, .nan])
    func roundTrip(value: Double) throws {
        let families = try PrometheusParser.parse(
            PrometheusText.render([MetricSample("x", value, labels: ["l": awkward], help: awkward.replacing("\"", with: "'"))]))
        let family = try #require(families["x"])
        #expect(family.help == awkward.replacing("\"", with: "'"))
        let sample = try #require(family.samples.first)
        #expect(sample.labels == ["l": awkward])
        #expect(sample.value == value || (sample.value.isNaN && value.isNaN))
    }

    @Test("One bad or repeated sample does not spoil the scrape")
    func badSamples() throws {
        let families = try PrometheusParser.parse(
            PrometheusText.render([
                MetricSample("good", 1, help: "h"), MetricSample("bad name", 1, help: "h"), MetricSample("", 1, help: "h"),
                MetricSample("1st", 1, help: "h"), MetricSample("good", 2, help: "other"),
                MetricSample("good", 3, labels: ["bad-label": "x"], help: "h"), MetricSample("good", 4, labels: ["__name": "x"], help: "h"),
                MetricSample("good", 5, labels: ["k": "v"], help: "h"),
            ]))
        #expect(families.keys.sorted() == ["good"])
        #expect(families["good"]?.samples.map(\.value) == [1, 5])
    }

    @Test("The door serves all sources and the process")
    func door() async throws {
        let door = MetricsDoor(sources: [Fixture(samples: [MetricSample("beacon_head_slot", 7, help: "h")])])
        try await Application(router: door.router()).test(.router) { client in
            let response = try await client.executeRequest(uri: "/metrics", method: .get, headers: [:], body: nil)
            #expect(response.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
            let families = try PrometheusParser.parse(String(buffer: response.body))
            #expect(families["beacon_head_slot"]?.samples.first?.value == 7)
            #expect(families["process_cpu_seconds_total"]?.type == "counter")
            #expect(try #require(families["process_cpu_seconds_total"]?.samples.first?.value) > 0)
            #if os(Linux)
                #expect(try #require(families["process_resident_memory_bytes"]?.samples.first?.value) > 1_000_000)
                #expect(try #require(families["process_open_fds"]?.samples.first?.value) > 2)
                #expect(try #require(families["process_max_fds"]?.samples.first?.value) > 2)
                let start = try #require(families["process_start_time_seconds"]?.samples.first?.value)
                #expect((-5.0..<86_400).contains(Date().timeIntervalSince1970 - start))
            #endif
        }
    }
}
