/// One formula over the arrays of many parameters in one pass.
@NullMarked
package org.thalweg.autodiff.array.sweep;

import org.jspecify.annotations.NullMarked;
