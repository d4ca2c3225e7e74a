document.querySelector('.stMain')?.scrollTo({ top: 0 })
