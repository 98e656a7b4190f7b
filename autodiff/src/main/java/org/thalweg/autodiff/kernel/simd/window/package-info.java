/// Products of scattered matrices on the Vector API.
@NullMarked
package org.thalweg.autodiff.kernel.simd.window;

import org.jspecify.annotations.NullMarked;
