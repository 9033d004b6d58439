//! A table of a TOML file, declared once.
//!
//! [`toml_table!`] takes a struct with one field for each key. From it come the struct itself, the
//! code that reads it ([`TomlTable::read_table`]) and the list of its keys ([`TomlTable::KEYS`]). The
//! JSON Schema (`schema::documents`) and the page of the guide with all keys are made of that list.
//! So to add a key, one adds a field:
//!
//! ```text
//! toml_table! {
//!     /// Un chef d'établissement.
//!     pub struct Head, "le chef d'établissement (head)" {
//!         /// Le prénom, avec ses accents.
//!         #[example("Anne")]
//!         pub given_name: Located<SingleLine>,
//!         /// Le premier jour dans cette fonction, sans guillemets.
//!         #[example("2026-09-01")]
//!         pub since: Option<Located<Day>>,
//!         /// Si la fonction est exercée par intérim (false si la ligne manque).
//!         #[example(false)]
//!         pub acting: bool = false,
//!     }
//! }
//! ```
//!
//! - Office staff read the comments, in their editor and in the guide: French, one or two
//!   sentences. The text behind the name of the struct is what messages call the table.
//! - The type says what may be written (see the implementations of [`FromKey`]): `Located<T>` is a
//!   key that must be there, `Option<Located<T>>` one that may be absent, `Vec<Located<T>>` a list;
//!   the same with a struct declared here instead of `Located<T>` is a table in the table.
//!   `T = value` is a key with a default.
//! - `#[example(…)]` is a value as JSON.
//! - `#[key(…)]` changes what the type alone says. What it takes are the methods of [`TableKey`].
//! - Behind the struct, `check name(key, key);` calls the function `name(reader, &key, &key)` once all
//!   keys are read; what it gets of each is a [`Read`]. `schema {…}` says the same to the JSON Schema.
//!
//! Every struct also gets a field `place`: where the table stands. Must not know any table.

use super::table_reader::{FromToml, Located, TableReader};
use serde_json::Value;

/// The value of a key, as a `check` gets it: none if a required value is missing or cannot be read;
/// `Some(None)` if an optional key is absent.
pub type Read<T> = Option<T>;

/// The format of a value: how it is read, and its JSON Schema.
pub trait ValueFormat: FromToml {
    /// The JSON Schema (draft-07) of the value.
    fn schema() -> Value;
}

/// One key of a table.
#[derive(Clone, Copy, Debug)]
pub struct TableKey {
    /// The key, as it is written.
    pub name: &'static str,
    /// What it means, in French. Line breaks and spaces are those of the source.
    pub description: &'static str,
    /// A value that could stand there, as JSON.
    pub example: Option<fn() -> Value>,
    /// What may stand there.
    pub shape: fn() -> KeyShape,
    /// Whether a table without this key is incomplete.
    pub is_required: bool,
    /// What to write where the key is missing, in French; none where its type says it.
    pub expected: Option<&'static str>,
    /// Whether a list must have an item.
    pub is_nonempty: bool,
    /// Whether no two items of the list may be equal.
    pub is_unique: bool,
    /// The smallest and the largest number, where its type allows others too.
    pub range: (Option<u32>, Option<u32>),
    /// Whether an absent table is read as one that is empty.
    pub is_empty_if_absent: bool,
}

impl TableKey {
    /// A key of a type. `toml_table!` calls it.
    pub const fn new<T: FromKey>(name: &'static str, description: &'static str) -> Self {
        Self {
            name,
            description,
            example: None,
            shape: T::shape,
            is_required: T::IS_REQUIRED,
            expected: None,
            is_nonempty: false,
            is_unique: false,
            range: (None, None),
            is_empty_if_absent: false,
        }
    }

    /// Shows a value that could stand there.
    pub const fn example(mut self, example: fn() -> Value) -> Self {
        self.example = Some(example);
        self
    }

    /// The key has another name than the field.
    pub const fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// The key must be there; the text says what to write.
    pub const fn required(mut self, expected: &'static str) -> Self {
        self.is_required = true;
        self.expected = Some(expected);
        self
    }

    /// The list must be there and have an item.
    pub const fn at_least_one(mut self) -> Self {
        self.is_required = true;
        self.is_nonempty = true;
        self
    }

    /// The list may be absent; where it is written, it has an item.
    pub const fn not_empty(mut self) -> Self {
        self.is_nonempty = true;
        self
    }

    /// No two items of the list are equal. For the schema; a `check` says it to the reader.
    pub const fn unique(mut self) -> Self {
        self.is_unique = true;
        self
    }

    /// The smallest number. For the schema; a `check` says it to the reader.
    pub const fn min(mut self, least: u32) -> Self {
        self.range.0 = Some(least);
        self
    }

    /// The largest number. For the schema; a `check` says it to the reader.
    pub const fn max(mut self, most: u32) -> Self {
        self.range.1 = Some(most);
        self
    }

    /// The table may be absent, and is then read as an empty one.
    pub const fn empty_if_absent(mut self) -> Self {
        self.is_required = false;
        self.is_empty_if_absent = true;
        self
    }
}

/// The possible shapes of a key's value.
#[derive(Clone, Debug)]
pub enum KeyShape {
    /// One value.
    Value {
        /// What a person writes, in French.
        expected: &'static str,
        /// Its JSON Schema.
        schema: Value,
    },
    /// A list of values.
    List(Box<Self>),
    /// A table.
    Table(TableShape),
    /// A list of tables.
    Tables(TableShape),
    /// One of two shapes, each with a description in French.
    Either([(&'static str, Box<Self>); 2]),
    /// A shape that is only checked under a condition; otherwise anything is allowed.
    Conditional(Box<Self>),
}

/// A table, as the schema and the guide see it.
#[derive(Clone, Copy, Debug)]
pub struct TableShape {
    /// What messages call it.
    pub title: &'static str,
    /// What it is, in French.
    pub description: &'static str,
    /// Its keys, in the order of the declaration.
    pub keys: &'static [TableKey],
    /// Additions to its JSON Schema: rules between its keys.
    pub schema: fn() -> Value,
}

impl TableShape {
    /// The shape of a table.
    pub fn of<T: TomlTable>() -> Self {
        Self { title: T::TITLE, description: T::DESCRIPTION, keys: T::KEYS, schema: T::schema }
    }
}

/// A table that was declared by [`toml_table!`].
pub trait TomlTable: Sized {
    /// What messages call it.
    const TITLE: &'static str;
    /// What it is, in French.
    const DESCRIPTION: &'static str;
    /// Its keys, in the order of the declaration.
    const KEYS: &'static [TableKey];

    /// Additions to its JSON Schema: an object, or null.
    fn schema() -> Value {
        Value::Null
    }

    /// Reads the table. All its problems are reported; none if a required value is missing.
    fn read_table(reader: &mut TableReader<'_, '_>) -> Option<Self>;
}

/// A type that a key of a table can have.
pub trait FromKey: Sized {
    /// Whether a table without the key is incomplete.
    const IS_REQUIRED: bool = false;

    /// What may be written.
    fn shape() -> KeyShape;

    /// Reads the value of a key. Problems are reported; none if a required value is missing.
    fn from_key(reader: &mut TableReader<'_, '_>, key: &TableKey) -> Option<Self>;
}

/// A value that must be there.
impl<T: ValueFormat> FromKey for Located<T> {
    const IS_REQUIRED: bool = true;

    fn shape() -> KeyShape {
        KeyShape::Value { expected: T::EXPECTED, schema: T::schema() }
    }

    fn from_key(reader: &mut TableReader<'_, '_>, key: &TableKey) -> Option<Self> {
        reader.required(key.name)
    }
}

/// A value that may be absent.
impl<T: ValueFormat> FromKey for Option<Located<T>> {
    fn shape() -> KeyShape {
        Located::<T>::shape()
    }

    fn from_key(reader: &mut TableReader<'_, '_>, key: &TableKey) -> Option<Self> {
        Some(reader.optional(key.name))
    }
}

/// A Boolean that may be absent, when its place is not needed.
impl FromKey for Option<bool> {
    fn shape() -> KeyShape {
        Located::<bool>::shape()
    }

    fn from_key(reader: &mut TableReader<'_, '_>, key: &TableKey) -> Option<Self> {
        Some(reader.optional(key.name).map(|answer| answer.value))
    }
}

/// A list of values; empty if it is absent.
impl<T: ValueFormat> FromKey for Vec<Located<T>> {
    fn shape() -> KeyShape {
        KeyShape::List(Box::new(Located::<T>::shape()))
    }

    fn from_key(reader: &mut TableReader<'_, '_>, key: &TableKey) -> Option<Self> {
        Some(match key.is_nonempty {
            true => reader.required_list(key.name),
            false => reader.list(key.name),
        })
    }
}

/// A list of values that differs from an empty one where it is absent.
impl<T: ValueFormat> FromKey for Option<Vec<Located<T>>> {
    fn shape() -> KeyShape {
        Vec::<Located<T>>::shape()
    }

    fn from_key(reader: &mut TableReader<'_, '_>, key: &TableKey) -> Option<Self> {
        let is_written = reader.has(key.name);
        let list = if is_written { reader.required_list(key.name) } else { reader.list(key.name) };
        Some(is_written.then_some(list))
    }
}

/// A table that must be there.
impl<T: TomlTable> FromKey for T {
    const IS_REQUIRED: bool = true;

    fn shape() -> KeyShape {
        KeyShape::Table(TableShape::of::<T>())
    }

    fn from_key(reader: &mut TableReader<'_, '_>, key: &TableKey) -> Option<Self> {
        if let Some(mut table) = reader.table(key.name, T::TITLE) {
            return T::read_table(&mut table);
        }
        if key.is_empty_if_absent {
            return reader.empty_table(T::TITLE, |table| T::read_table(table));
        }
        if !reader.has(key.name) {
            match key.expected {
                Some(expected) => reader.missing(key.name, expected),
                None => reader.missing_table(key.name),
            }
        }
        None
    }
}

/// A table that may be absent.
impl<T: TomlTable> FromKey for Option<T> {
    fn shape() -> KeyShape {
        T::shape()
    }

    fn from_key(reader: &mut TableReader<'_, '_>, key: &TableKey) -> Option<Self> {
        Some(reader.table(key.name, T::TITLE).and_then(|mut table| T::read_table(&mut table)))
    }
}

/// A list of tables; empty if it is absent. One that cannot be read is left out.
impl<T: TomlTable> FromKey for Vec<T> {
    fn shape() -> KeyShape {
        KeyShape::Tables(TableShape::of::<T>())
    }

    fn from_key(reader: &mut TableReader<'_, '_>, key: &TableKey) -> Option<Self> {
        if let Some(expected) = key.expected.filter(|_| !reader.has(key.name)) {
            reader.missing(key.name, expected);
        }
        Some(reader.tables(key.name, T::TITLE, T::read_table))
    }
}

/// Declares a table: see the head of this file.
macro_rules! toml_table {
    (
        $(#[doc = $table_description:literal])+
        pub struct $name:ident, $title:literal {
            $(
                $(#[doc = $description:literal])+
                $(#[example($($example:tt)+)])?
                $(#[key($($option:ident $(($($argument:tt)+))?),+)])?
                pub $field:ident: $type:ty $(= $default:expr)?,
            )+
        }
        $(check $check:ident($($checked:ident),+);)*
        $(schema $schema:tt)?
    ) => {
        $(#[doc = $table_description])+
        #[derive(Clone, Debug)]
        pub struct $name {
            /// Where the table stands.
            pub place: $crate::diagnostic::Span,
            $($(#[doc = $description])+ pub $field: $type,)+
        }

        impl $crate::records::table::TomlTable for $name {
            const TITLE: &'static str = $title;
            const DESCRIPTION: &'static str = concat!($($table_description, "\n"),+);
            const KEYS: &'static [$crate::records::table::TableKey] = &[$(
                $crate::records::table::TableKey::new::<$crate::records::table::key_type!($type $(, $default)?)>(
                    stringify!($field),
                    concat!($($description, "\n"),+),
                )
                $(.example(|| serde_json::json!($($example)+)))?
                $($(.$option($($($argument)+)?))+)?
            ),+];

            $(fn schema() -> serde_json::Value {
                serde_json::json!($schema)
            })?

            fn read_table(reader: &mut $crate::records::table_reader::TableReader<'_, '_>) -> Option<Self> {
                let mut keys = Self::KEYS.iter();
                $(let $field = $crate::records::table::read_key!(
                    reader, keys.next()?, $type $(, $default)?
                );)+
                $($check(reader, $(&$checked),+);)*
                reader.finish();
                Some(Self { place: reader.place(), $($field: $field?),+ })
            }
        }
    };
}

/// The type that is read for a key: with a default, one that may be absent.
macro_rules! key_type {
    ($type:ty) => { $type };
    ($type:ty, $default:expr) => { Option<$crate::records::table_reader::Located<$type>> };
}

/// Reads one key; the default replaces a value that is absent or wrong.
macro_rules! read_key {
    ($reader:expr, $key:expr, $type:ty) => {
        <$type as $crate::records::table::FromKey>::from_key($reader, $key)
    };
    ($reader:expr, $key:expr, $type:ty, $default:expr) => {
        Some($reader.optional::<$type>($key.name).map_or($default, |located| located.value))
    };
}

pub(super) use {key_type, read_key, toml_table};
