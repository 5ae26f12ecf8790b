"""Writes Tests/ChatTemplatesTests/Vectors/cases.json: templates, conversations and what transformers' own renderer makes of
them. Needs transformers and jinja2.

The templates are written for this test, in the manner of the published ones: every construct that those of Llama 2 and 3,
ChatML, Qwen2, 2.5 and 3, DeepSeek-R1's distillations, SmolLM, Gemma and Mistral use is in one of them."""
import json
import pathlib

from transformers.utils.chat_template_utils import _compile_jinja_template

USER = [dict(role="user", content=" What is a lighthouse for? ")]
TOLD = [dict(role="system", content="Be brief.\n"), *USER]
TALK = [*TOLD, dict(role="assistant", content="<think>\nhm\n</think>\n\nFor ships. "), dict(role="user", content="And é \"x\"?")]
TALKS = dict(user=USER, told=TOLD, talk=TALK, none=[])
TOKENS = dict(bos_token="<s>", eos_token="</s>")

FAMILIES = {
    "chatml": "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nYou are "
              "helpful<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}"
              "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
    "header": """{{- bos_token }}
{%- if custom_tools is defined %}
    {%- set tools = custom_tools %}
{%- endif %}
{%- if not date_string is defined %}
    {%- if strftime_now is defined %}
        {%- set date_string = "26 Jul 2024" %}
    {%- endif %}
{%- endif %}
{#- The system message, if there is one #}
{%- if messages and messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}
{{- "<|start|>system<|end|>\\n\\n" }}
{%- if tools is not none %}
    {{- "Environment: ipython\\n" }}
{%- endif %}
{{- "Today Date: " + date_string + "\\n\\n" }}
{{- system_message }}
{{- "<|eot|>" }}
{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start|>' + message['role'] + '<|end|>\\n\\n'+ message['content'] | trim + '<|eot|>' }}
    {%- elif 'tool_calls' in message %}
        {%- if not message.tool_calls|length == 1 %}{{- raise_exception("one call at once") }}{%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start|>assistant<|end|>\\n\\n' }}
{%- endif %}
""",
    "instructions": "{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set system_message = messages[0]"
                    "['content'] %}{% else %}{% set loop_messages = messages %}{% set system_message = false %}{% endif %}"
                    "{% for message in loop_messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
                    "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
                    "{% if loop.index0 == 0 and system_message != false %}{% set content = '<<SYS>>\\n' + system_message + "
                    "'\\n<</SYS>>\\n\\n' + message['content'] %}{% else %}{% set content = message['content'] %}{% endif %}"
                    "{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}"
                    "{% elif message['role'] == 'assistant' %}{{ ' '  + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}",
    "turns": "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
             "{% for message in messages %}{% if (message['role'] == 'assistant') %}{% set role = 'model' %}{% else %}"
             "{% set role = message['role'] %}{% endif %}{{ '<start_of_turn>' + role + '\n' + message['content'] | trim + "
             "'<end_of_turn>\n' }}{% endfor %}{% if add_generation_prompt %}{{'<start_of_turn>model\n'}}{% endif %}",
    "thinking": """{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}{% endif %}
{% set ns = namespace(is_first=false, is_tool=false, system_prompt='') %}
{%- for message in messages %}{%- if message['role'] == 'system' %}{% set ns.system_prompt = message['content'] %}{%- endif %}{%- endfor %}
{{bos_token}}{{ns.system_prompt}}{%- for message in messages %}
{%- if message['role'] == 'user' %}{%- set ns.is_tool = false -%}{{'<｜User｜>' + message['content']}}{%- endif %}
{%- if message['role'] == 'assistant' and message['content'] is not none %}
{%- if ns.is_tool %}{{'<｜end｜>'}}{%- else %}{% set content = message['content'] %}{% if '</think>' in content %}
{% set content = content.split('</think>')[-1] %}{% endif %}{{'<｜Assistant｜>' + content + eos_token}}{%- endif %}{%- endif %}{%- endfor -%}
{% if add_generation_prompt and not ns.is_tool %}{{'<｜Assistant｜><think>\\n'}}{% endif %}""",
    "reasoning": """{%- if tools %}
    {{- '<|im_start|>system\\n' }}{{- tools | tojson }}
{%- else %}
    {%- if messages[0].role == 'system' %}
        {{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}
    {%- endif %}
{%- endif %}
{%- set ns = namespace(multi_step_tool=true, last_query_index=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.multi_step_tool and message.role == "user" and message.content is string and not(message.content.startswith('<tool>') and message.content.endswith('</tool>')) %}
        {%- set ns.multi_step_tool = false %}
        {%- set ns.last_query_index = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if message.content is string %}
        {%- set content = message.content %}
    {%- else %}
        {%- set content = '' %}
    {%- endif %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) %}
        {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {%- set reasoning_content = '' %}
        {%- if message.reasoning_content is string %}
            {%- set reasoning_content = message.reasoning_content %}
        {%- else %}
            {%- if '</think>' in content %}
                {%- set reasoning_content = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
                {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
            {%- endif %}
        {%- endif %}
        {%- if loop.index0 > ns.last_query_index %}
            {%- if loop.last or (not loop.last and reasoning_content) %}
                {{- '<|im_start|>' + message.role + '\\n<think>\\n' + reasoning_content.strip('\\n') + '\\n</think>\\n\\n' + content.lstrip('\\n') }}
            {%- else %}
                {{- '<|im_start|>' + message.role + '\\n' + content }}
            {%- endif %}
        {%- else %}
            {{- '<|im_start|>' + message.role + '\\n' + content }}
        {%- endif %}
        {{- '<|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}""",
    "strict": """{%- if messages[0]["role"] == "system" %}
    {%- set system_message = messages[0]["content"] %}
    {%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set loop_messages = messages %}
{%- endif %}
{%- set user_messages = loop_messages | selectattr("role", "equalto", "user") | list %}
{%- set ns = namespace() %}
{%- set ns.index = 0 %}
{%- for message in loop_messages %}
    {%- if not (message.role == "tool" or (message.tool_calls is defined and message.tool_calls is not none)) %}
        {%- if (message["role"] == "user") != (ns.index % 2 == 0) %}
            {{- raise_exception("roles must alternate") }}
        {%- endif %}
        {%- set ns.index = ns.index + 1 %}
    {%- endif %}
{%- endfor %}
{{- bos_token }}
{%- for message in loop_messages %}
    {%- if message["role"] == "user" %}
        {%- if tools is not none and (message == user_messages[-1]) %}{{- "[AVAILABLE_TOOLS] [" }}{%- endif %}
        {%- if loop.last and system_message is defined %}
            {{- "[INST] " + system_message + "\\n\\n" + message["content"] + "[/INST]" }}
        {%- else %}
            {{- "[INST] " + message["content"] + "[/INST]" }}
        {%- endif %}
    {%- elif message["role"] == "assistant" %}
        {{- " " + message["content"]|trim + eos_token}}
    {%- else %}
        {{- raise_exception("Only user and assistant roles are supported!") }}
    {%- endif %}
{%- endfor %}
""",
}

EXPRESSIONS = r"""
1 + 2 * 3 - 4 // 3 % 2
-7 // 2 ~ ' ' ~ (-7 % 3) ~ ' ' ~ 7 / 2 ~ ' ' ~ 2 ** 10
'a' * 3 ~ 'b' 'c'
1 < 2 <= 2 < 3
1 == 1.0 and true == 1 and 'a' != 'b'
not none or false
[1, 2.5, 'x', none, true, {'a': [1]}]
'x' if false else 'y' if false else 'z'
'x' if false
missing ~ '|' ~ missing.__class__ if missing else 'no'
'abc'[1] ~ 'abc'[-1] ~ 'abcdef'[1:4] ~ 'abcdef'[::-1] ~ 'abcdef'[-2:] ~ 'abc'[:100] ~ 'abc'[5:]
[1, 2, 3][1:] ~ [1, 2, 3][::-1] ~ [1, 2, 3][-1]
'a,b,,c'.split(',') ~ '  a  b '.split() ~ 'a,b,c'.split(',', 1) ~ 'a,b,c'.rsplit(',', 1) ~ ' a b  c '.split(none, 1)
'abc'.find('c') ~ 'abc'.find('x') ~ 'aXbXc'.replace('X', '-') ~ 'aXbXc'.replace('X', '-', 1) ~ 'banana'.count('an')
'xxaxx'.strip('x') ~ 'xxaxx'.lstrip('x') ~ 'xxaxx'.rstrip('x') ~ '[' ~ '\t a \n'.strip() ~ ']'
'Hello wORLD'.upper() ~ 'Hello'.lower() ~ 'hello world'.title() ~ 'hELLO wo'.capitalize()
'abc'.startswith('ab') ~ 'abc'.endswith(('x', 'bc')) ~ 'abc'.removeprefix('a') ~ 'abc'.removesuffix('c')
', '.join(['a', 'b']) ~ ['a', 1]|join('-') ~ [{'n': 1}, {'n': 2}]|map(attribute='n')|join('+')
{'b': 1, 'a': 2}.items()|list|length ~ ({'b': 1, 'a': 2}|items|list)[0][0] ~ {'b': 1}.get('c', 5) ~ {'b': 1}.get('c') ~ ({'b': 1, 'a': 2}|dictsort)[0][1]
{'a': 'é"\n', 'b': [1, 2.5, none, true], 'c': {}, 'd': []}|tojson
{'a': 1, 'b': [1, {'c': 2}]}|tojson(indent=2)
['a', 'B']|map('upper')|list ~ [1, 2, 3, 4]|select('odd')|list ~ [1, 2, 3]|reject('equalto', 2)|list
[{'r': 'a'}, {'r': 'b'}, {}]|selectattr('r', 'defined')|list|length ~ [{'r': 'a'}, {'r': 'b'}]|rejectattr('r', '==', 'a')|first
[3, 1]|first ~ [3, 1]|last ~ 'abc'|length ~ 'abc'|reverse ~ [1, 2]|reverse|list ~ [1, 1, 2]|unique|list
missing|default('d') ~ ''|default('e', true) ~ ''|default('f') ~ 0|d(1, boolean=true)
('12'|int + 1) ~ 'x'|int ~ 3.7|int ~ '1.5'|float ~ (-3)|abs
'a\nb\n\nc'|indent(2) ~ '|' ~ 'a\nb'|indent(3, true) ~ '|' ~ 'a\n\nb'|indent(1, blank=true)
1 is number and 'a' is string and none is none and {} is mapping and [] is iterable and missing is undefined and x is not defined
4 is even and 3 is odd and 9 is divisibleby 3 and 2 is in [1, 2] and 1 is lt 2 and true is true and 1 is not true
'a' in 'abc' and 'd' not in 'abc' and 1 in [1] and 'k' in {'k': 1} and not 'x' in missing
range(3)|list ~ range(1, 7, 2)|list ~ range(3, 0, -1)|list
'\u00e9\x41\\ \q \'' ~ "it's \"q\""
'%s' ~ 1.0 ~ 1e0 if false else 10000000.0 ~ ' ' ~ 0.1
['it\'s', 'a"b', 'both\'"']
namespace(a=1).a ~ dict(b=2).b ~ dict({'c': 3}).c
'ab' < 'b' and 'B' < 'a' and 1 < 1.5
(1, 2)[1] ~ ((3))
'a' ~ none ~ true ~ 1.0
messages[0].content|trim|length
messages|length ~ messages[0]['role'] ~ messages[0].missing
messages[-1]['content'][:3] + '…'
""".strip().splitlines()

STATEMENTS = {
    "trim and strip of blanks": "a\n  {% if true %}\n  b\n  {% endif %}\nc\n{{ 'd' }}\n  {#- x -#}  \n e {%- if true -%} \n f {% endif %}\n\n",
    "kept line ends": "  {%+ if true +%}\n x {% endif %}\n",
    "comments": "a {# b #} c\n{# d #}\ne\n\n",
    "raw": "{% raw %}{{ x }} {% y %}{% endraw %}|{%- raw -%}  z  {%- endraw -%}  w",
    "loop": "{% for x in [1,2,3] %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.previtem }}{{ loop.nextitem }},{% endfor %}",
    "loop with else": "{% for x in [] %}{{ x }}{% else %}none{% endfor %}{% for x in [1,2,3,4] if x is even %}{{ x }}{{ loop.index }}{% endfor %}",
    "unpacking": "{% for k, v in {'a': 1, 'b': 2}.items() %}{{ k }}={{ v }};{% endfor %}{% set a, b = 1, 2 %}{{ a }}{{ b }}{% for k in {'x': 1} %}{{ k }}{% endfor %}",
    "break and continue": "{% for x in range(9) %}{% if x == 2 %}{% continue %}{% endif %}{% if x == 5 %}{% break %}{% endif %}{{ x }}{% endfor %}",
    "scopes": "{% set x = 1 %}{% for i in [1] %}{% set x = 2 %}{{ x }}{% endfor %}{{ x }}{% if true %}{% set x = 3 %}{% endif %}{{ x }}",
    "namespaces": "{% set ns = namespace(n=0) %}{% for i in range(4) %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}",
    "captures": "{% set x %}a{{ 1 + 1 }}b{% endset %}[{{ x }}]{{ x|length }}",
    "macros": "{% macro m(a, b='B', c=none) %}({{ a }}{{ b }}{{ c is none }}){% endmacro %}{{ m(1) }}{{ m(2, 'x') }}{{ m(3, c=4) }}{{ m('q')|upper }}",
    "a macro sees the template": "{% set t = 'T' %}{% macro m() %}{{ t }}{{ messages|length }}{% endmacro %}{% for i in [1] %}{{ m() }}{% endfor %}",
    "generation": "a{% generation %}b{% endgeneration %}c",
    "else of a missing branch": "{{ 'a' if missing }}{% if missing %}x{% elif none %}y{% else %}z{% endif %}",
    "strings over lines": "{{ 'a\nb' }}{{ \"c\n\" }}",
    "carriage returns": "a\r\nb\rc\n{{ 'x' }}\r\n",
    "tags beside braces": "{ {{ {'a': {'b': 1}}['a']['b'] }} } { % } {{'}}'}} {{ '%}' }}",
    "refusal": "{{ raise_exception('not so') }}",
    "undefined attribute": "{{ missing.attribute }}",
    "wrong operand": "{{ 1 + 'a' }}",
    "order of roles": "{% for a, b in [[1, 2], [3, 4]] %}{{ a + b }} {% endfor %}{% for m in messages|selectattr('role', 'in', ['user', 'system']) %}{{ m.role }}{% endfor %}",
}


def render(template, messages):
    try:
        compiled = _compile_jinja_template(template)
        return dict(text=compiled.render(messages=messages, tools=None, documents=None, add_generation_prompt=True, **TOKENS))
    except Exception as fault:  # what transformers would raise
        return dict(fault=type(fault).__name__)


def main():
    cases = []
    for name, template in FAMILIES.items():
        for talk, messages in TALKS.items():
            cases.append(dict(name=f"{name}, {talk}", template=template, messages=messages, **render(template, messages)))
    for expression in EXPRESSIONS:
        template = "{{ " + expression + " }}"
        cases.append(dict(name=expression, template=template, messages=TALK, **render(template, TALK)))
    for name, template in STATEMENTS.items():
        cases.append(dict(name=name, template=template, messages=TOLD, **render(template, TOLD)))
    path = pathlib.Path("Tests/ChatTemplatesTests/Vectors/cases.json")
    path.write_text(json.dumps(dict(tokens=TOKENS, cases=cases), ensure_ascii=False, indent=1) + "\n")
    print(len(cases), "cases,", sum("fault" in case for case in cases), "of them refused")


main()
