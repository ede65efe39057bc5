! Matrices lie in columns: the first index runs fastest.

subroutine times_vector(matrix, rows, columns, vector, product) bind(c)
   use iso_c_binding, only: c_double, c_size_t
   implicit none
   integer(c_size_t), value :: rows, columns
   real(c_double), intent(in) :: matrix(rows, columns), vector(columns)
   real(c_double), intent(out) :: product(rows)
   integer(c_size_t) :: column

   product = 0
   do column = 1, columns
      product = product + matrix(:, column) * vector(column)
   end do
end subroutine

subroutine scale_columns(matrix, rows, columns, factors) bind(c)
   use iso_c_binding, only: c_double, c_size_t
   implicit none
   integer(c_size_t), value :: rows, columns
   real(c_double), intent(inout) :: matrix(rows, columns)
   real(c_double), intent(in) :: factors(columns)
   integer(c_size_t) :: column

   do column = 1, columns
      matrix(:, column) = matrix(:, column) * factors(column)
   end do
end subroutine
