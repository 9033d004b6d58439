//! Reads each argument as a paragraph and prints what is wrong with it.

fn main() {
    for paragraph in std::env::args().skip(1) {
        for mistake in
            french_proofreader::proofread(&paragraph, french_proofreader::Paragraph::Sentence)
        {
            let shown = paragraph.get(mistake.place.clone()).unwrap_or("");
            println!("{:?}: {shown} -> {}", mistake.rule, mistake.instead.unwrap_or_default());
        }
    }
}
