//! Test help: what naga reads in a shader, to be compared with the Rust side without a GPU.

use wgpu::naga::{
    AddressSpace, Binding, EntryPoint, Expression, Literal, Module, TypeInner,
    front::wgsl,
    proc::{GlobalCtx, Layouter},
    valid::{Capabilities, ValidationFlags, Validator},
};

/// A shader that parsed and passed validation.
pub(super) struct Shader(Module);

fn folder() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("shaders")
}

impl Shader {
    pub(super) fn read(name: &str) -> Self {
        let text = std::fs::read_to_string(folder().join(name)).unwrap();
        let module = wgsl::parse_str(&text).unwrap_or_else(|error| panic!("{}", error.emit_to_string(&text)));
        let mut validator = Validator::new(ValidationFlags::all(), Capabilities::empty());
        if let Err(error) = validator.validate(&module) {
            panic!("{name}: {}", error.emit_to_string(&text));
        }
        Self(module)
    }

    pub(super) fn entry_point(&self, name: &str) -> &EntryPoint {
        self.0.entry_points.iter().find(|entry| entry.name == name).unwrap_or_else(|| panic!("no entry point {name}"))
    }

    /// Located inputs of an entry point, in order.
    pub(super) fn inputs(&self, name: &str) -> Vec<(&str, u32)> {
        let arguments = &self.entry_point(name).function.arguments;
        let located = arguments.iter().filter_map(|argument| match &argument.binding {
            Some(Binding::Location { location, .. }) => Some((argument.name.as_deref().unwrap_or(""), *location)),
            _ => None,
        });
        located.collect()
    }

    /// Located members of a struct, in order.
    pub(super) fn located(&self, name: &str) -> Vec<(&str, u32)> {
        let found = self.0.types.iter().find(|(_, ty)| ty.name.as_deref() == Some(name));
        let Some((_, wgpu::naga::Type { inner: TypeInner::Struct { members, .. }, .. })) = found else {
            panic!("no struct {name}")
        };
        let located = members.iter().filter_map(|member| match &member.binding {
            Some(Binding::Location { location, .. }) => Some((member.name.as_deref().unwrap_or(""), *location)),
            _ => None,
        });
        located.collect()
    }

    /// Bound variables of group 0, in the order of the text.
    pub(super) fn bindings(&self) -> Vec<(&str, u32)> {
        let variables = self.0.global_variables.iter().map(|(_, variable)| variable);
        let bound = variables.filter_map(|variable| {
            let binding = variable.binding.as_ref()?;
            assert_eq!(binding.group, 0, "one group is all we use");
            Some((variable.name.as_deref().unwrap_or(""), binding.binding))
        });
        bound.collect()
    }

    /// The value of a named constant.
    pub(super) fn constant(&self, name: &str) -> f64 {
        let constants = self.0.constants.iter().map(|(_, constant)| constant);
        let found = constants.into_iter().find(|constant| constant.name.as_deref() == Some(name));
        let found = found.unwrap_or_else(|| panic!("no constant {name}"));
        match self.0.global_expressions[found.init] {
            Expression::Literal(Literal::F32(value)) => f64::from(value),
            Expression::Literal(Literal::U32(value)) => f64::from(value),
            ref other => panic!("{name} is {other:?}"),
        }
    }

    /// Bytes from one element of a storage array to the next.
    pub(super) fn array_stride(&self, name: &str) -> u32 {
        let variables = self.0.global_variables.iter().map(|(_, variable)| variable);
        let found = variables.into_iter().find(|variable| variable.name.as_deref() == Some(name));
        let variable = found.unwrap_or_else(|| panic!("no variable {name}"));
        assert!(matches!(variable.space, AddressSpace::Storage { .. }), "{name} is no storage buffer");
        match self.0.types[variable.ty].inner {
            TypeInner::Array { stride, .. } => stride,
            ref other => panic!("{name} is {other:?}"),
        }
    }

    /// Compares a struct's size and the names and offsets of all its members.
    pub(super) fn assert_struct(&self, name: &str, size: usize, members: &[(&str, usize)]) {
        let found = self.0.types.iter().find(|(_, ty)| ty.name.as_deref() == Some(name));
        let (handle, ty) = found.unwrap_or_else(|| panic!("no struct {name}"));
        let TypeInner::Struct { members: there, .. } = &ty.inner else { panic!("{name} is no struct") };
        let there: Vec<_> =
            there.iter().map(|member| (member.name.as_deref().unwrap_or(""), member.offset as usize)).collect();
        assert_eq!(there, members, "members of {name}");
        let mut layouter = Layouter::default();
        let context = GlobalCtx {
            types: &self.0.types,
            constants: &self.0.constants,
            overrides: &self.0.overrides,
            global_expressions: &self.0.global_expressions,
        };
        layouter.update(context).unwrap();
        assert_eq!(layouter[handle].size as usize, size, "size of {name}");
    }
}

/// Every shader has its mirror: a new file must be added here, and compared in the module that uses it.
#[test]
fn every_shader_is_valid_and_mirrored() {
    let mirrored = ["add.wgsl", "blocked.wgsl", "fold.wgsl", "points.wgsl", "tile_pixels.wgsl", "tiles.wgsl"];
    let files = std::fs::read_dir(folder()).unwrap();
    let mut names: Vec<_> = files.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, mirrored);
    for name in mirrored {
        let Shader(module) = Shader::read(name);
        assert!(!module.entry_points.is_empty(), "{name} draws or computes something");
    }
}
