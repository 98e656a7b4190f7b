/// Layer, RMS, group and batch normalisation.
@NullMarked
package org.thalweg.autodiff.operation.normal;

import org.jspecify.annotations.NullMarked;
