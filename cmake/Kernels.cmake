# Files named kernel_*.c hold loops whose speed depends on the instruction set. Each is
# compiled once per set with PLIM_ISA as a suffix of its functions; PLIM_ISA_NAME(f) makes
# f_base, f_avx2, f_avx512, and one dispatch table (base/isa.h) chooses. target_clones is not
# used: on gcc 12 and clang 14 it loses inlining of helpers. No FMA flag beyond what the set
# implies matters, because contraction is off.
set(isa_flags_base "")
set(isa_flags_avx2 -mavx2)
set(isa_flags_avx512 -mavx512f -mavx512dq -mavx512vl -mavx512bw -mprefer-vector-width=512)
foreach(room math simulate plan)
  file(GLOB kernels CONFIGURE_DEPENDS "engine/${room}/kernel_*.c")
  if(kernels)
    foreach(isa base avx2 avx512)
      add_library(plim_${room}_${isa} OBJECT ${kernels})
      target_link_libraries(plim_${room}_${isa} PUBLIC plim_flags)
      target_compile_definitions(plim_${room}_${isa} PRIVATE PLIM_ISA=${isa})
      target_compile_options(plim_${room}_${isa} PRIVATE -O3 -fopenmp-simd ${isa_flags_${isa}})
      target_sources(plim_${room} PRIVATE $<TARGET_OBJECTS:plim_${room}_${isa}>)
    endforeach()
  endif()
endforeach()
