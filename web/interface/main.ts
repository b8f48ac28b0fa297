document.title = "Agency OS";
