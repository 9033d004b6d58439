//! Shows names as a stranger could choose them: first as they are escaped, then why.

use printable_text::{escaped, for_json, kind};

fn main() {
    for name in ["lettre signée.pdf", "lettre_\u{202e}fdp.exe", "\u{1b}[2Jvide", "sous\u{ad}marin"]
    {
        println!("{}", escaped(name));
        for c in name.chars().filter(|c| kind(*c).is_some()) {
            println!("    U+{:04X} {:?}", c as u32, kind(c));
        }
        let document = serde_json::json!({ "name": name }).to_string();
        println!("    {}", for_json(&document));
    }
}
