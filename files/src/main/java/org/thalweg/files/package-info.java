/// Tensors in files: safetensors, read as if they were hostile, and files replaced as a whole or
/// not at all.
@NullMarked
package org.thalweg.files;

import org.jspecify.annotations.NullMarked;
