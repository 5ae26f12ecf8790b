import ChatTemplates
import Foundation
import Testing

/// What transformers' own renderer makes of the same templates: see scripts/vectors/chat_templates.py.
private struct Vectors: Decodable {
    struct Case: Decodable, CustomTestStringConvertible {
        struct Message: Decodable {
            let role: String
            let content: String
        }
        let name: String
        let template: String
        let messages: [Message]
        let text: String?
        var testDescription: String { name }
    }
    let tokens: [String: String]
    let cases: [Case]

    static let all: Vectors = {
        guard let url = Bundle.module.url(forResource: "Vectors/cases", withExtension: "json"), let data = try? Data(contentsOf: url),
            let vectors = try? JSONDecoder().decode(Vectors.self, from: data)
        else { return Vectors(tokens: [:], cases: []) }
        return vectors
    }()
}

@Suite struct JinjaTemplateTests {
    @Test(arguments: Vectors.all.cases) private func asTransformersRenders(_ item: Vectors.Case) throws {
        let messages = item.messages.map { ChatMessage(role: $0.role, content: $0.content) }
        func rendered() throws -> String { try JinjaTemplate(item.template).render(messages, tokens: Vectors.all.tokens) }
        if let text = item.text {
            #expect(try rendered() == text)
        } else {
            #expect(throws: TemplateError.self) { try rendered() }
        }
    }

    @Test func theVectorsAreThere() { #expect(Vectors.all.cases.count > 80) }

    @Test func datesAreTheClocks() throws {
        let clock = TemplateClock(year: 2024, month: 2, day: 9, hour: 15, minute: 4, second: 5)
        let template = try JinjaTemplate("{{ strftime_now('%d %b %Y|%A %a %B %y-%m %e %H:%I %p %M:%S %%') }}")
        #expect(try template.render([], clock: clock) == "09 Feb 2024|Friday Fri February 24-02  9 15:03 PM 04:05 %")
        #expect(throws: TemplateError.evaluation("the time is not known here")) { try template.render([]) }
    }

    /// Whatever a stranger's template does, it ends, and with an error of its own.
    @Test(arguments: [
        "{% for a in range(60000) %}{% for b in range(60000) %}{% endfor %}{% endfor %}",
        "{{ 'a' * 100000000 }}", "{{ 'abc' * 4000000 * 4000000 }}", "{{ range(9000000000000000000)|list }}",
        "{% set ns = namespace(x='aa') %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set ns = namespace(x=['aa']) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x|tojson }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = {'a': ns.x, 'b': ns.x} %}{% endfor %}{{ ns.x == ns.x }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(60000) %}{% set ns.x = [ns.x] %}{% endfor %}",
        "{% set ns = namespace(x=1) %}{% set ns.x = ns %}", "{% set ns = namespace(x=1) %}{% set ns.y = [ns] %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "{{ 9223372036854775807 + 1 }}", "{{ 2 ** 64 }}", "{{ 1 // 0 }}",
        "{{ -9223372036854775807 - 2 }}", "{{ 'a' | replace('', 'b') | replace('a', 'c' * 4000000) | replace('c', 'd' * 4000000) }}",
        "{% for i in range(65000) %}{{ 'x' * 1000 }}{% endfor %}",
    ])
    func everyTemplateEnds(_ source: String) throws {
        let template = try JinjaTemplate(source)
        #expect(throws: TemplateError.self) { try template.render([]) }
    }

    @Test func nestingIsBounded() {
        let deep = 40_000
        for (open, close) in [("(", ")"), ("[", "]"), ("-", ""), ("not ", ""), ("1+", "")] {
            let source = "{{ \(String(repeating: open, count: deep))1\(String(repeating: close, count: deep)) }}"
            #expect(throws: TemplateError.self) { try JinjaTemplate(source) }
        }
        let blocks = String(repeating: "{% if 1 %}", count: 9_000) + String(repeating: "{% endif %}", count: 9_000)
        #expect(throws: TemplateError.self) { try JinjaTemplate(blocks) }
        #expect(throws: TemplateError.self) { try JinjaTemplate("{{ a" + String(repeating: ".b", count: 9_000) + " }}") }
        #expect(throws: TemplateError.self) { try JinjaTemplate("{{ a" + String(repeating: "|b", count: 9_000) + " }}") }
        #expect(throws: TemplateError.self) { try JinjaTemplate(String(repeating: "x", count: 300_000)) }
    }

    @Test func whatIsLeftOutIsNamed() throws {
        #expect(throws: TemplateError.unsupported("the tag 'include'", line: 2)) { try JinjaTemplate("a\n{% include 'x' %}") }
        #expect(throws: TemplateError.unsupported("the filter 'pprint'", line: 1)) { try JinjaTemplate("{{ 1|pprint }}").render([]) }
        #expect(throws: TemplateError.unsupported("the test 'mine'", line: 1)) { try JinjaTemplate("{{ 1 is mine }}").render([]) }
        #expect(throws: TemplateError.refused("no")) { try JinjaTemplate("{{ raise_exception('no') }}").render([]) }
    }

    @Test(arguments: [
        "{{", "{{ 'a }}", "{% if %}", "{% if 1 %}", "{% endif %}", "{% for x %}{% endfor %}", "{{ 1 + }}", "{{ a b }}", "{# x", "{{ $ }}",
        "{% raw %}",
    ])
    func brokenTemplates(_ source: String) {
        #expect(throws: TemplateError.self) { try JinjaTemplate(source) }
    }
}
