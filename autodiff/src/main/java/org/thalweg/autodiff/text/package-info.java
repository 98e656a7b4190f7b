/// How tensors are written for people.
@NullMarked
package org.thalweg.autodiff.text;

import org.jspecify.annotations.NullMarked;
