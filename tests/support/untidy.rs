//! Repositories that nobody ever tidied, made at random.

use proptest::prelude::*;

const FIELDS: [&str; 29] = [
    "title",
    "date",
    "start_date",
    "end",
    "tags",
    "location",
    "id",
    "slug",
    "url",
    "permalink",
    "aliases",
    "image",
    "time",
    "price",
    "draft",
    "categories",
    "Title",
    "status",
    "description",
    "lat",
    "timezone",
    "cascade",
    "repeat",
    "data-x y",
    "lang",
    "coordinates",
    "links",
    "contact",
    "when",
];

const VALUES: [&str; 39] = [
    "Soup: the sequel",
    "52.37, 5.21",
    "[{name: x, url: https://a.example}, {name: y}]",
    "2026-12-03 19:00 CET (moved)",
    "7pm (Berlin time)",
    "nl",
    "\"Soup \\\"for\\\" all\"",
    "'it''s'",
    "2026-12-03",
    "2026-13-45",
    "2026-12-3 9:5",
    "3 dec 2026 19.00 uur",
    "12/03/2026",
    "December 3rd, 2026 7pm ET",
    "2026-12-03T19:30:00+0100",
    "2026-12-02",
    "20261203",
    "tomorrow",
    "Thu, 03 Dec 2026 19:00:00 CEST",
    "[a, b, 3]",
    "\n  - a\n  - b",
    "a, b",
    "{name: x, address: y}",
    "7",
    "true",
    "yes",
    "",
    "null",
    "~",
    "|\n  two\n  lines",
    "*alias",
    "&anchor x",
    "!tag x",
    "/old/soup/",
    "../soup.html",
    "pictures/soup.png",
    "https://a.example/x?y=1#z",
    "\t tab",
    "caf\u{e9} \u{1f372}",
];

const FOLDERS: [&str; 16] = [
    "",
    "content/",
    "content/events/",
    "content/events/2024/",
    "content/nl/agenda/",
    "content/resources/",
    "_posts/",
    "events/_posts/",
    "_events/",
    "_people/",
    "src/agenda/",
    "docs/",
    "content/Mijn \u{c9}v\u{e9}nts/",
    "layouts/",
    "_drafts/",
    "data/events/",
];

const FILES: [&str; 18] = [
    "soup.md",
    "Soup.md",
    "soup copy.md",
    "soup.html",
    "soup.nl.md",
    "soup.en.markdown",
    "index.md",
    "_index.md",
    "index.html",
    "2024-05-01-soup.md",
    "2024-5-1-soup.markdown",
    "-.md",
    "\u{4f1a}\u{8b70}.md",
    "so\u{301}up.md",
    "README.md",
    "c#.md",
    "soup.yml",
    "a'b&c.md",
];

const PIECES: [&str; 35] = [
    "<!-- not yet done -->\n",
    "<ul>First<li>a</ul><table><caption>b</caption><tr><td>c</table>\n",
    "{{ site.email }} {{< param title >}} {% quote(author=\"x\") %}y{% end %}\n",
    "<a href=\"/x\"><i></i></a><br>\n<br>\n\n",
    "{% raw %}{% endif %}<p>{% endraw %}\n",
    "Text with *words*.\n\n",
    "# Soup\n",
    "#### Deep\n",
    "[a](/events/soup/) [b](../soup.md) [c](soup.html#x) [d]( )\n",
    "![](soup.png)\n",
    "<div class=\"x\"><p>a<br><b>b</div>\n",
    "<script>if (a < b) { \"</p>\" }</script>\n",
    "<iframe src=https://a.example></iframe>",
    "{{< figure src=\"a.png\" alt=\"x\" >}}\n",
    "{{% notice %}}a {{< b >}}c{{< /b >}}{{% /notice %}}\n",
    "{% include x.html a=\"%}\" b='{{ c }}' %}\n",
    "{% for a in site.posts %}{{ a.title | escape }}{% endfor %}\n",
    "{{ page.title }} {{ site.url }}/x\n",
    "{% highlight js %}\na\n{% endhighlight %}\n",
    "```\n<p>{{ x }}</p>\n```\n",
    "| a | b |\n|---|---|\n| c |\n",
    "1. a\n   - b\n\n\tc\n",
    "> q\n",
    "[^1]: note\n\n[r]: /events/soup\n[x][r] [^1]\n",
    "<!-- never closed\n",
    "<a href='/x'><img src=/a.png></a>\n",
    "&nbsp;&copy;&#x41;&bogus;\n",
    "---\n",
    "***\n\\",
    "$$x_1$$ {: .class}\n",
    "\u{a0}\u{200b}\u{feff}\n",
    "<https://a.example> https://b.example mailto:a@b.example\n",
    "<table><tr><td>a<td>b</table>\n",
    "{{<x",
    "\0\u{7}\n",
];

/// Words that stand in front matter, one a line; what follows a colon is as untidy as people write it.
pub fn front(style: usize, lines: Vec<(usize, usize)>) -> String {
    let mut text = String::new();
    for (name, value) in lines {
        let (name, value) = (FIELDS[name % FIELDS.len()], VALUES[value % VALUES.len()]);
        match style {
            0 => text += &format!("{name}: {value}\n"),
            1 => text += &format!("{name} = \"{}\"\n", value.replace(['"', '\n', '\\'], "")),
            2 => {
                text += &format!(
                    "  \"{name}\": \"{}\",\n",
                    value.replace(['"', '\n', '\\', '\t'], "")
                )
            }
            _ => text += &format!("\t{name}:{value}\n"),
        }
    }
    match style {
        0 => format!("---\n{text}---\n"),
        1 => format!("+++\n{text}+++\n"),
        2 => format!("{{\n{text}  \"z\": 1\n}}\n"),
        3 => format!("---\n{text}"),
        _ => text,
    }
}

/// A file of a repository that nobody ever tidied.
pub fn untidy() -> impl Strategy<Value = (String, Vec<u8>)> {
    let head = (
        0usize..5,
        prop::collection::vec((0usize..40, 0usize..60), 0..7),
    );
    let body = prop::collection::vec(0usize..PIECES.len(), 0..6);
    (
        0usize..FOLDERS.len(),
        0usize..FILES.len(),
        head,
        body,
        0usize..9,
    )
        .prop_map(|(folder, name, (style, lines), body, manner)| {
            let text =
                front(style, lines) + &body.into_iter().map(|n| PIECES[n]).collect::<String>();
            let bytes = match manner {
                0 => ["\u{feff}", &text].concat().into_bytes(),
                1 => text.replace('\n', "\r\n").into_bytes(),
                2 => text
                    .chars()
                    .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
                    .collect(),
                3 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                4 => text.bytes().take(text.len() / 2).collect(),
                5 => vec![],
                _ => text.into_bytes(),
            };
            (format!("{}{}", FOLDERS[folder], FILES[name]), bytes)
        })
}

/// What makes a folder a site of each generator.
pub const CONFIGURATIONS: [(&str, &str); 6] = [
    ("nothing.txt", ""),
    (
        "hugo.toml",
        "baseURL = 'https://a.example'\ndefaultContentLanguage = 'en'\n[languages.en]\n[languages.nl]\n[permalinks]\nevents = '/:year/:title/'\n",
    ),
    ("config.toml", "base_url = 'https://a.example'\n"),
    (
        "_config.yml",
        "permalink: pretty\ncollections:\n  events: {output: true}\n  people:\ndefaults:\n- {scope: {path: '', type: events}, values: {city: Almere}}\n",
    ),
    (".eleventy.js", "module.exports = { dir: { input: 'src' } }"),
    ("_config.yml", "title: [\n"),
];

/// An archive in which nothing is packed.
pub fn stored(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    let four = |n: usize| u32::try_from(n).unwrap().to_le_bytes();
    let two = |n: usize| u16::try_from(n).unwrap().to_le_bytes();
    for (name, content) in files {
        let at = bytes.len();
        let sizes = [four(content.len()), four(content.len())].concat();
        bytes.extend(
            [
                &b"PK\x03\x04"[..],
                &[0; 14],
                &sizes,
                &two(name.len()),
                &[0; 2],
                name.as_bytes(),
                content,
            ]
            .concat(),
        );
        directory.extend(
            [
                &b"PK\x01\x02"[..],
                &[0; 16],
                &sizes,
                &two(name.len()),
                &[0; 12],
                &four(at),
                name.as_bytes(),
            ]
            .concat(),
        );
    }
    let end = [
        &[0; 6][..],
        &two(files.len()),
        &four(directory.len()),
        &four(bytes.len()),
        &[0; 2],
    ]
    .concat();
    [&bytes[..], &directory, b"PK\x05\x06", &end].concat()
}
